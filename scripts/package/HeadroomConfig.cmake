# find_package(Headroom): headroom_plugin(NAME SOURCES...) builds a shared library for `headroom --plugin`.
include(${CMAKE_CURRENT_LIST_DIR}/HeadroomTargets.cmake)

# Without fused multiply-add, as the program itself, so that results are the same on every CPU.
function(headroom_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE Headroom::headroom_include)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_compile_options(${name} PRIVATE -ffp-contract=off)
  set_target_properties(${name} PROPERTIES PREFIX "")
endfunction()
