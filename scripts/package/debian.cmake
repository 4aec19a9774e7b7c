# What `cpack` makes of an installed tree: headroom_VERSION_amd64.deb. scripts/package/deb.sh makes the pages first.
set(pages ${CMAKE_BINARY_DIR}/package)
foreach(folder IN ITEMS man bash-completion zsh)
  install(DIRECTORY ${pages}/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR} OPTIONAL)
endforeach()
install(FILES scripts/package/copyright README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${pages}/changelog.gz ${pages}/changelog.Debian.gz DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME headroom)
set(CPACK_PACKAGE_CONTACT "Headroom maintainers <maintainers@headroom.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "datacenter power and LLM inference simulator")
set(CPACK_PACKAGE_DESCRIPTION "Replays inference traffic on a datacenter full of GPU servers
under a policy, and says how many servers fit under a breaker, what a power
cap costs whom, and which GPUs overheat: power, throttling and latency as
JSON, and one HTML page.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "cmake, g++")
include(CPack)
