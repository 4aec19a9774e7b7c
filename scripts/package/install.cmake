# What `cmake --install` copies: the program with what it looks for beside itself, and what plugins are built with. It
# runs from wherever it is copied to.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(share ${CMAKE_INSTALL_DATADIR}/headroom)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Headroom)

install(TARGETS headroom RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS headroom_simgrid headroom_milp LIBRARY DESTINATION lib/headroom)
install(DIRECTORY configs traces DESTINATION ${share} PATTERN "scenario/peers" EXCLUDE)
install(FILES ${CMAKE_BINARY_DIR}/report.html DESTINATION ${share} OPTIONAL)

install(DIRECTORY include/headroom ${CMAKE_BINARY_DIR}/include/headroom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY docs/plugin DESTINATION ${share})
install(FILES scripts/package/HeadroomConfig.cmake DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/HeadroomConfigVersion.cmake COMPATIBILITY ExactVersion)
install(FILES ${CMAKE_BINARY_DIR}/HeadroomConfigVersion.cmake DESTINATION ${package})
install(TARGETS headroom_include EXPORT Headroom)
install(EXPORT Headroom FILE HeadroomTargets.cmake NAMESPACE Headroom:: DESTINATION ${package})
