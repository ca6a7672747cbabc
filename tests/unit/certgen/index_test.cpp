#include "common/cli/error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/mqtt-certgen/index.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mqtt_certgen::Index;
using mqtt_certgen::IndexContent;
using mqtt_certgen::parse_index;
using mqtt_certgen::Record;
using mqtt_certgen::Status;

constexpr crypto::CertificateTime now{std::chrono::seconds(1'800'000'000)};

Record record(const std::string& name, Status status) {
    return {
        .name = name,
        .serial = "4ABC",
        .subject = "CN=\\\"x\\\"",
        .use = "client",
        .names = {"DNS:a", "IP:::1"},
        .not_before = now,
        .not_after = now + std::chrono::days(3),
        .fingerprint = "AB",
        .status = status,
        .revoked_at = now,
        .reason = "keyCompromise"};
}

std::string error_of(const std::string& text) {
    try {
        static_cast<void>(parse_index(text, "i"));
    } catch (const cli::ToolError& error) {
        return error.what();
    }
    return "none";
}

TEST(index, what_is_written_is_read_back) {
    const IndexContent content{
        .list_number = 7,
        .records = {
            record("a", Status::current),
            record("b", Status::replaced),
            record("c", Status::revoked)}};
    const std::string text = to_json(content);
    const IndexContent read = parse_index(text, "i");
    EXPECT_EQ(read.list_number, 7U);
    ASSERT_EQ(read.records.size(), 3U);
    EXPECT_EQ(read.records[0].subject, content.records[0].subject);
    EXPECT_EQ(read.records[0].names, content.records[0].names);
    EXPECT_EQ(read.records[1].status, Status::replaced);
    EXPECT_EQ(read.records[2].revoked_at, now);
    EXPECT_EQ(to_json(read), text);
}

TEST(index, an_empty_file_is_an_empty_index_and_a_damaged_one_is_not) {
    EXPECT_TRUE(parse_index("", "i").records.empty());
    const std::string begin = "the index \"i\" cannot be used: ";
    EXPECT_EQ(error_of("x").substr(0, begin.size() + 13), begin + "it is no JSON");
    EXPECT_EQ(error_of("[]"), begin + "it must be an object");
    EXPECT_EQ(error_of("{}"), begin + "\"version\" is missing");
    EXPECT_EQ(error_of(R"({"version":2})"), begin + "it was written by a newer mqtt-certgen");
    EXPECT_EQ(
        error_of(R"({"version":1,"crl_number":-1,"certificates":[]})"),
        begin + "\"crl_number\" must be a whole number"
    );
    EXPECT_EQ(
        error_of(R"({"version":1,"crl_number":1,"certificates":[{"name":5}]})"),
        begin + "\"name\" must be a text"
    );
    std::string text =
        to_json(IndexContent{.list_number = 1, .records = {record("a", Status::current)}});
    text.replace(text.find("current"), 7, "unknown");
    EXPECT_EQ(error_of(text), begin + "the status \"unknown\" is unknown");
}

TEST(index, changes_are_there_after_saving_only) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("index.json");
    {
        Index index = Index::open(path);
        index.content().records.push_back(record("a", Status::current));
    }
    EXPECT_TRUE(Index::read(path).records.empty());
    {
        Index index = Index::open(path);
        index.content().records.push_back(record("a", Status::current));
        index.save();
    }
    EXPECT_EQ(Index::read(path).records.size(), 1U);
}

} // namespace
