#include "fuzz/support/scratch.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace headroom::fuzz {

ScratchFile::ScratchFile(const std::string& name) {
  std::string pattern = (std::filesystem::temp_directory_path() / "headroom-fuzz-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make " + pattern);
  folder_ = pattern;
  path_ = (folder_ / name).string();
}

ScratchFile::~ScratchFile() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void ScratchFile::write(std::string_view bytes) const {
  std::ofstream file(path_, std::ios::binary | std::ios::trunc);
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush())
    throw std::runtime_error("cannot write " + path_);
}

}  // namespace headroom::fuzz
