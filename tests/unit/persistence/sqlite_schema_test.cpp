// How the tables of a file come from one version to the next.
#include "tools/mqttd/persistence/sqlite_handle.hpp"
#include "tools/mqttd/persistence/sqlite_schema.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace mqttd::sqlite;

Connection memory() {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &connection), SQLITE_OK);
    return Connection(connection);
}

constexpr const char* first = "CREATE TABLE t(a); INSERT INTO t VALUES(1)";
constexpr const char* second = "ALTER TABLE t ADD COLUMN b; UPDATE t SET b = a + 1";
constexpr const char* broken = "UPDATE t SET a = 7; UPDATE absent SET a = 1";

TEST(sqlite_schema, a_file_gets_the_steps_that_it_has_not_seen) {
    const Connection connection = memory();
    const std::array one{first};
    const std::array two{first, second};
    ASSERT_TRUE(migrate(connection.get(), "file", one).has_value());
    EXPECT_EQ(read_integer(connection.get(), "PRAGMA user_version"), 1);
    ASSERT_TRUE(migrate(connection.get(), "file", one).has_value());
    ASSERT_TRUE(migrate(connection.get(), "file", two).has_value());
    EXPECT_EQ(read_integer(connection.get(), "PRAGMA user_version"), 2);
    EXPECT_EQ(read_integer(connection.get(), "SELECT count(*) FROM t"), 1);
    EXPECT_EQ(read_integer(connection.get(), "SELECT b FROM t"), 2);
    EXPECT_EQ(read_integer(connection.get(), "PRAGMA application_id"), application_id);
}

TEST(sqlite_schema, a_step_that_fails_leaves_the_file_as_it_was) {
    const Connection connection = memory();
    const std::array one{first};
    const std::array two{first, broken};
    ASSERT_TRUE(migrate(connection.get(), "file", one).has_value());
    const auto failed = migrate(connection.get(), "file", two);
    ASSERT_TRUE(failed.has_error());
    EXPECT_NE(failed.error().text.find("no such table: absent"), std::string::npos)
        << failed.error().text;
    EXPECT_EQ(read_integer(connection.get(), "PRAGMA user_version"), 1);
    EXPECT_EQ(read_integer(connection.get(), "SELECT a FROM t"), 1);
}

TEST(sqlite_schema, a_file_that_has_seen_more_steps_is_refused) {
    const Connection connection = memory();
    const std::array one{first};
    const std::array two{first, second};
    ASSERT_TRUE(migrate(connection.get(), "file", two).has_value());
    const auto refused = migrate(connection.get(), "file", one);
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().fault, mqttd::StoreFault::wrong_version);
}

} // namespace
