# What `cmake --install` puts where. Components: mqttd (the daemon and what a service needs), clients (the tools), doc.
# Programs are installed by midge_tool(). Configuration is what an administrator changes, so it has full paths: /etc for
# the prefix /usr, PREFIX/etc for others.
set(MIDGE_CONFIG_DIR "${CMAKE_INSTALL_FULL_SYSCONFDIR}/mqttd")

# The configuration of a service is that of packaging/quickstart.sh, and what a service has besides.
set(sample "${PROJECT_SOURCE_DIR}/packaging/mqttd.conf")
set(addition "${PROJECT_SOURCE_DIR}/packaging/mqttd-service.conf.in")
set(service_config "${PROJECT_BINARY_DIR}/packaging/mqttd.conf")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${sample}" "${addition}")
file(READ "${sample}" sample_text)
file(READ "${addition}" addition_text)
string(CONFIGURE "${addition_text}" addition_text @ONLY)
file(CONFIGURE OUTPUT "${service_config}" CONTENT "${sample_text}${addition_text}" @ONLY)
install(FILES "${service_config}" DESTINATION "${MIDGE_CONFIG_DIR}" COMPONENT mqttd)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/conf.d/README" DESTINATION "${MIDGE_CONFIG_DIR}/conf.d" COMPONENT mqttd)

# Units, the user, folders and log rotation of the service.
set(MIDGE_UNIT_DIR "lib/systemd/system" CACHE STRING "Where units of systemd go; relative to the prefix, or a full path")
foreach(unit mqttd.service mqttd@.service)
    configure_file("${PROJECT_SOURCE_DIR}/packaging/systemd/${unit}.in" "${PROJECT_BINARY_DIR}/packaging/${unit}" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/packaging/${unit}" DESTINATION "${MIDGE_UNIT_DIR}" COMPONENT mqttd)
endforeach()
install(FILES packaging/systemd/sysusers.conf DESTINATION lib/sysusers.d RENAME mqttd.conf COMPONENT mqttd)
install(FILES packaging/systemd/tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME mqttd.conf COMPONENT mqttd)
install(FILES packaging/logrotate/mqttd DESTINATION "${CMAKE_INSTALL_FULL_SYSCONFDIR}/logrotate.d" COMPONENT mqttd)

file(GLOB daemon_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/mqttd*")
file(GLOB client_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/mqtt-*")
foreach(page ${daemon_pages} ${client_pages})
    string(REGEX MATCH "[0-9]$" section "${page}")
    set(component clients)
    if(page IN_LIST daemon_pages)
        set(component mqttd)
    endif()
    install(FILES "${page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}" COMPONENT ${component})
endforeach()

install(FILES README.md CHANGELOG.md SECURITY.md ARCHITECTURE.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT doc)
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT doc FILES_MATCHING PATTERN "*.md")
