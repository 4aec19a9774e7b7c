#include "base/program_files.hpp"

namespace headroom {
namespace fs = std::filesystem;

fs::path program_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

fs::path program_file(const std::string& name) {
  const fs::path folder = program_folder();
  std::error_code absent;
  if (fs::exists(folder / name, absent)) return folder / name;
  return folder.parent_path() / "share/headroom" / name;
}

}  // namespace headroom
