#include "base/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <span>

namespace headroom {
namespace {

constexpr std::size_t kShownBytes = 6;
constexpr std::size_t kFrontBytes = 8192;  ///< of the program: the linker puts headers and notes at its front

std::size_t padded(std::size_t size) {
  return (size + 3) / 4 * 4;
}

/// The build ID among the notes of a segment, in hexadecimal.
std::string id_among(std::span<const char> notes) {
  ElfW(Nhdr) note;
  while (notes.size() >= sizeof note) {
    std::memcpy(&note, notes.data(), sizeof note);
    const std::size_t at = sizeof note + padded(note.n_namesz), size = at + padded(note.n_descsz);
    if (size > notes.size()) break;
    if (note.n_type == NT_GNU_BUILD_ID) {
      std::string text;
      for (const char byte : notes.subspan(at, std::min<std::size_t>(note.n_descsz, kShownBytes)))
        for (const int digit : {(byte >> 4) & 15, byte & 15}) text += "0123456789abcdef"[digit];
      return text;
    }
    notes = notes.subspan(size);
  }
  return {};
}

}  // namespace

std::string build_id() {
  std::array<char, kFrontBytes> front{};
  std::ifstream("/proc/self/exe", std::ios::binary).read(front.data(), kFrontBytes);
  ElfW(Ehdr) program;
  std::memcpy(&program, front.data(), sizeof program);
  for (std::size_t i = 0; i < program.e_phnum; ++i) {
    const std::size_t at = program.e_phoff + i * program.e_phentsize;
    ElfW(Phdr) segment;
    if (at + sizeof segment > kFrontBytes) break;
    std::memcpy(&segment, front.data() + at, sizeof segment);
    if (segment.p_type != PT_NOTE || segment.p_offset + segment.p_filesz > kFrontBytes) continue;
    if (auto id = id_among(std::span(front).subspan(segment.p_offset, segment.p_filesz)); !id.empty()) return id;
  }
  return {};
}

}  // namespace headroom
