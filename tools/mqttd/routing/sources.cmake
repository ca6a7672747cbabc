list(APPEND mqttd_sources
    routing/route.cpp
    routing/router.cpp
    routing/shared_group.cpp
    routing/subscription_list.cpp)
