#!/usr/bin/env python3
"""Each forbidden include, in a tree made for it, is found; the allowed ones are not."""

import unittest

import check_includes as checks
from fixture import TreeTest


class Areas(TreeTest):
    def test_a_library_may_use_what_the_table_allows(self):
        self.include("common/mqtt/codec/decode.cpp", "common/base/bytes.hpp", "vector", "chrono")
        self.include("common/net/stream.hpp", "common/crypto/tls.hpp", "boost/asio/ip/tcp.hpp", "sys/socket.h")
        self.include("common/cli/run.cpp", "common/client/client.hpp", "CLI/CLI.hpp", "rang.hpp")
        self.include("tools/mqtt-pub/main.cpp", "common/cli/run.hpp", "tools/mqtt-pub/options.hpp")
        self.include("tools/mqttd/main.cpp", "common/cli/run.hpp", "tools/mqttd/app/broker.hpp")
        self.include("tools/mqttd/bridge/link.cpp", "common/client/client.hpp")
        self.include("tests/unit/mqtt/decode_test.cpp", "tools/mqttd/app/broker.hpp", "gtest/gtest.h")
        self.assert_clean(checks.check_areas(self.root))

    def assert_forbidden(self, path, name, words):
        self.include(path, name)
        self.assert_found(checks.check_areas(self.root), path, words)

    def test_base_knows_no_protocol(self):
        self.assert_forbidden("common/base/log.hpp", "common/mqtt/packet.hpp", "common/base must not include common/mqtt/packet.hpp")

    def test_mqtt_knows_no_asio(self):
        self.assert_forbidden("common/mqtt/codec/frame.cpp", "boost/asio.hpp", "asio is not for this folder")

    def test_mqtt_knows_no_sockets(self):
        self.assert_forbidden("common/mqtt/codec/frame.cpp", "sys/socket.h", "no headers of the operating system")

    def test_mqtt_knows_no_files(self):
        self.assert_forbidden("common/mqtt/codec/frame.cpp", "fstream", "no sockets, clocks, threads, files")

    def test_mqtt_knows_no_threads(self):
        self.assert_forbidden("common/mqtt/flow/send.hpp", "thread", "no sockets, clocks, threads, files")

    def test_crypto_knows_no_network(self):
        self.assert_forbidden("common/crypto/tls.cpp", "common/net/stream.hpp", "common/crypto must not include")

    def test_net_knows_no_protocol(self):
        self.assert_forbidden("common/net/stream.cpp", "common/mqtt/packet.hpp", "common/net must not include")

    def test_the_client_engine_knows_no_network(self):
        self.assert_forbidden("common/client/engine/engine.cpp", "common/net/stream.hpp", "common/client/engine must not include")

    def test_the_client_engine_does_not_know_its_driver(self):
        self.assert_forbidden("common/client/engine/engine.cpp", "common/client/driver.hpp", "common/client/engine must not include")

    def test_cli_knows_no_sockets(self):
        self.assert_forbidden("common/cli/run.cpp", "common/net/stream.hpp", "common/cli must not include")

    def test_the_client_has_no_command_line(self):
        self.assert_forbidden("common/client/client.cpp", "CLI/CLI.hpp", "cli11 is not for this folder")

    def test_the_broker_uses_the_client_only_in_bridge(self):
        self.assert_forbidden("tools/mqttd/session/session.cpp", "common/client/client.hpp", "tools/mqttd must not include")

    def test_the_broker_uses_cli_only_in_main(self):
        self.assert_forbidden("tools/mqttd/app/broker.cpp", "common/cli/run.hpp", "tools/mqttd must not include")

    def test_a_tool_does_not_use_another_tool(self):
        self.assert_forbidden("tools/mqtt-sub/main.cpp", "tools/mqtt-pub/options.hpp", "tools must not include")

    def test_the_product_does_not_use_the_tests(self):
        self.assert_forbidden("common/mqtt/codec/frame.cpp", "tests/support/bytes.hpp", "common/mqtt must not include")

    def test_includes_are_quoted_from_the_root(self):
        self.write("common/base/log.cpp", '#include "log.hpp"\n')
        self.assert_found(checks.check_areas(self.root), "common/base/log.cpp", "quote includes from the repository root")

    def test_a_folder_without_a_rule_is_named(self):
        self.write("common/unheard/of.hpp")
        self.assert_found(checks.check_areas(self.root), "common/unheard/of.hpp", "no rule for this folder")


class Clocks(TreeTest):
    def test_pure_code_takes_time_as_an_argument(self):
        self.write("common/mqtt/flow/keep_alive.cpp", "auto now = std::chrono::steady_clock::now();\n")
        self.write("common/net/timer.cpp", "auto now = std::chrono::steady_clock::now();\n")
        self.assert_found(checks.check_clocks(self.root), "common/mqtt/flow/keep_alive.cpp", "take the time as an argument")


class BoostHeaders(TreeTest):
    def test_boost_is_allowed_where_a_reason_is_listed(self):
        self.include("common/net/stream.hpp", "boost/asio/ip/tcp.hpp")
        self.include("common/base/result.hpp", "boost/system/result.hpp")
        self.include("common/cli/json.cpp", "boost/json.hpp")
        self.assert_clean(checks.check_boost_headers(self.root))

    def test_boost_in_another_public_header_is_found(self):
        self.include("common/cli/json.hpp", "boost/json.hpp")
        self.assert_found(checks.check_boost_headers(self.root), "common/cli/json.hpp", "keep Boost in the .cpp")


class OwnHeader(TreeTest):
    def test_the_own_header_comes_first(self):
        self.include("common/base/log.cpp", "common/base/log.hpp", "string")
        self.assert_clean(checks.check_own_header(self.root))

    def test_another_header_before_it_is_found(self):
        self.include("common/base/log.cpp", "string", "common/base/log.hpp")
        self.assert_found(checks.check_own_header(self.root), "common/base/log.cpp", 'include "common/base/log.hpp" first')


class MqttdLayers(TreeTest):
    def test_includes_go_down(self):
        self.include("tools/mqttd/app/broker.cpp", "tools/mqttd/shard/shard.hpp", "tools/mqttd/routing/router.hpp")
        self.include("tools/mqttd/session/session.cpp", "tools/mqttd/publish/pipeline.hpp")
        self.assert_clean(checks.check_mqttd_layers(self.root))

    def test_the_message_belongs_to_the_lowest_layer(self):
        self.include("tools/mqttd/routing/router.cpp", "tools/mqttd/publish/message.hpp")
        self.assert_clean(checks.check_mqttd_layers(self.root))
        self.include("tools/mqttd/publish/message.hpp", "tools/mqttd/context/output_buffer.hpp")
        self.assert_found(
            checks.check_mqttd_layers(self.root), "tools/mqttd/publish/message.hpp", "mqttd/message must not include mqttd/context"
        )

    def test_an_include_upwards_is_found(self):
        self.include("tools/mqttd/routing/router.cpp", "tools/mqttd/session/session.hpp")
        self.assert_found(
            checks.check_mqttd_layers(self.root), "tools/mqttd/routing/router.cpp", "mqttd/routing must not include mqttd/session"
        )

    def test_two_folders_of_a_layer_do_not_include_each_other(self):
        self.include("tools/mqttd/session/session.cpp", "tools/mqttd/publish/pipeline.hpp")
        self.include("tools/mqttd/publish/pipeline.cpp", "tools/mqttd/session/session.hpp")
        self.assert_found(
            checks.check_mqttd_layers(self.root), "tools/mqttd/publish/pipeline.cpp", "mqttd/publish and mqttd/session include each other"
        )

    def test_a_folder_without_a_layer_is_named(self):
        self.write("tools/mqttd/unheard/of.hpp")
        self.assert_found(checks.check_mqttd_layers(self.root), "tools/mqttd/unheard/of.hpp", "has no layer")


if __name__ == "__main__":
    unittest.main()
