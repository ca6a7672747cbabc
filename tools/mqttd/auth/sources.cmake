list(APPEND mqttd_sources
    auth/acl_file.cpp
    auth/acl_rule.cpp
    auth/hash_pool.cpp
    auth/password_authenticator.cpp
    auth/success_cache.cpp)
