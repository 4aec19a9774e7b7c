# Writes the C++ file that says of which sources the program was made.
file(GLOB_RECURSE sources ${ROOT}/src/*.cpp ${ROOT}/src/*.hpp ${ROOT}/include/*.hpp)
set(contents "")
foreach(source ${sources})
  file(SHA256 ${source} content)
  file(RELATIVE_PATH name ${ROOT} ${source})
  string(APPEND contents "${name} ${content}\n")
endforeach()
string(SHA256 identity "${contents}")
string(SUBSTRING ${identity} 0 16 identity)
file(WRITE ${OUT} "#include \"base/build_identity.hpp\"

namespace headroom {

std::string_view build_identity() {
  return \"${identity}\";
}

}  // namespace headroom
")
