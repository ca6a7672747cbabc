list(APPEND mqttd_sources sys/host_name.cpp sys/memory.cpp sys/sys_topics.cpp sys/sys_tree.cpp sys/version.cpp)
set_source_files_properties(sys/version.cpp PROPERTIES COMPILE_DEFINITIONS MIDGE_VERSION="${PROJECT_VERSION}")
