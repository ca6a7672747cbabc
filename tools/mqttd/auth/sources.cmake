list(APPEND mqttd_sources
    auth/acl_file.cpp
    auth/acl_rule.cpp)
