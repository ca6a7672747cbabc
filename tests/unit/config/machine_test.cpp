#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/config/machine.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace mqttd {

TEST(Machine, knows_users_and_interfaces) {
    const SystemMachine machine;
    EXPECT_TRUE(machine.user_exists("root"));
    EXPECT_FALSE(machine.user_exists("no such user"));
    EXPECT_TRUE(machine.interface_exists("lo"));
    EXPECT_FALSE(machine.interface_exists("nothing9"));
    EXPECT_GT(machine.open_file_limit(), 0U);
}

TEST(Machine, tells_why_a_file_cannot_be_written) {
    const SystemMachine machine;
    const test::TemporaryFolder folder;
    EXPECT_FALSE(machine.cannot_write(folder.path("new.log")).has_value());
    EXPECT_FALSE(std::filesystem::exists(folder.path("new.log")));
    std::ofstream(folder.path("old.log")) << "line\n";
    EXPECT_FALSE(machine.cannot_write(folder.path("old.log")).has_value());
    EXPECT_EQ(machine.cannot_write(folder.path(""))->message, "Is a directory");
    EXPECT_EQ(
        machine.cannot_write(folder.path("none/a.log"))->message,
        "the directory " + folder.path("none") + ": No such file or directory"
    );
    EXPECT_EQ(machine.cannot_write(folder.path("old.log/a"))->message, "Not a directory");
}

TEST(Machine, a_unix_socket_replaces_nothing_but_a_socket) {
    const SystemMachine machine;
    const test::TemporaryFolder folder;
    EXPECT_FALSE(machine.cannot_bind(folder.path("a.sock")).has_value());
    std::ofstream(folder.path("file")) << "precious\n";
    EXPECT_EQ(machine.cannot_bind(folder.path("file"))->message, "there is a file of another kind");
    EXPECT_TRUE(machine.cannot_bind(folder.path("none/a.sock")).has_value());
}

TEST(Machine, finds_addresses_of_the_wanted_kind_only) {
    const SystemMachine machine;
    EXPECT_EQ(
        *machine.addresses("127.0.0.1", SocketDomain::any), std::vector<std::string>{"127.0.0.1"}
    );
    EXPECT_EQ(*machine.addresses("0:0::1", SocketDomain::ipv6), std::vector<std::string>{"::1"});
    EXPECT_FALSE(machine.addresses("127.0.0.1", SocketDomain::ipv6).has_value());
    EXPECT_FALSE(machine.addresses("a b", SocketDomain::any).has_value());
}

} // namespace mqttd
