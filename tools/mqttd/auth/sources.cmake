list(APPEND mqttd_sources
    auth/access_control.cpp
    auth/access_files.cpp
    auth/acl_file.cpp
    auth/acl_rule.cpp
    auth/hash_pool.cpp
    auth/login_limiter.cpp
    auth/make_access_control.cpp
    auth/password_authenticator.cpp
    auth/realm.cpp
    auth/success_cache.cpp)
