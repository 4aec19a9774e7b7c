#include "base/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace headroom {
namespace {

constexpr std::size_t kShownBytes = 6;

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

/// Of the first object that is loaded, which is the program itself.
int read_program(dl_phdr_info* object, std::size_t, void* id) {
  for (const auto& header : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
    if (header.p_type != PT_NOTE) continue;
    const std::string found =
        id_among({reinterpret_cast<const char*>(object->dlpi_addr + header.p_vaddr), header.p_memsz});
    if (!found.empty()) *static_cast<std::string*>(id) = found;
  }
  return 1;
}

}  // namespace

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(read_program, &id);
  return id;
}

}  // namespace headroom
