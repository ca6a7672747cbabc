list(APPEND mqttd_sources
    routing/route.cpp
    routing/route_cache.cpp
    routing/router.cpp
    routing/shared_group.cpp
    routing/subscription_list.cpp)
