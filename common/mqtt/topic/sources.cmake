list(APPEND midge_mqtt_sources
    flow/packet_id_pool.cpp
    flow/receive_flow.cpp
    flow/topic_alias.cpp
    topic/block_pool.cpp
    topic/filter_range.cpp
    topic/handle_table.cpp
    topic/ordered_handles.cpp
    topic/text_hash.cpp
    topic/text_pool.cpp
    topic/topic.cpp
    topic/wildcard_trie.cpp
)
