#include "common/cli/error.hpp"
#include "common/cli/options/read_options.hpp"
#include "common/cli/run_tool.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using cli::ExitCode;
using cli::Outcome;

struct Ran {
    int status = 0;
    std::string out;
    std::string err;
};

Ran run(cli::ToolMain main, std::vector<std::string> words = {}) {
    words.insert(words.begin(), "/bin/mqtt-test");
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ran ran;
    ran.status = cli::run_tool("mqtt-test", static_cast<int>(argv.size()), argv.data(), main);
    ran.out = testing::internal::GetCapturedStdout();
    ran.err = testing::internal::GetCapturedStderr();
    return ran;
}

Outcome misuse(cli::ToolContext& /*context*/) {
    throw cli::UsageError("--x must be 1 (got \"2\")");
}

Outcome refused(cli::ToolContext& /*context*/) {
    throw cli::ToolError(
        Outcome{.code = ExitCode::refused, .connack_code = 135}, "not authorized", "log in"
    );
}

TEST(RunTool, a_usage_error_ends_with_2_and_points_to_the_help) {
    const Ran ran = run(misuse);
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "mqtt-test: error: --x must be 1 (got \"2\")\nhint: see mqtt-test --help\n");
}

TEST(RunTool, an_error_ends_with_its_code) {
    const Ran ran = run(refused);
    EXPECT_EQ(ran.status, 4);
    EXPECT_EQ(ran.err, "mqtt-test: error: not authorized\nhint: log in\n");
}

TEST(RunTool, the_numbers_of_mosquitto_are_there_for_scripts) {
    EXPECT_EQ(run(misuse, {"--mosquitto-exit-codes"}).status, 1);
    EXPECT_EQ(run(refused, {"--mosquitto-exit-codes"}).status, 135);
    const auto status = [](Outcome outcome) {
        return cli::exit_status(outcome, cli::ExitCodeScheme::mosquitto);
    };
    EXPECT_EQ(status({.code = ExitCode::denied}), 0);
    EXPECT_EQ(status({.code = ExitCode::connect_failed}), 1);
    EXPECT_EQ(status({.code = ExitCode::connection_lost}), 7);
    EXPECT_EQ(status({.code = ExitCode::timed_out}), 27);
    EXPECT_EQ(status({.signal = 15}), 143);
}

TEST(RunTool, every_code_has_one_row) {
    for (const cli::ExitCodeRow& row : cli::exit_code_table()) {
        EXPECT_EQ(
            cli::exit_status({.code = row.code}, cli::ExitCodeScheme::midge),
            static_cast<int>(row.code)
        );
        EXPECT_FALSE(row.meaning.empty());
    }
    EXPECT_EQ(cli::exit_code_table().size(), 9U);
}

TEST(RunTool, an_unexpected_exception_is_a_local_error) {
    const Ran ran = run([](cli::ToolContext&) -> Outcome { throw std::runtime_error("boom"); });
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.err, "mqtt-test: error: boom\n");
}

Outcome with_options(cli::ToolContext& context) {
    cli::OptionTable table{{"Main", {{.name = "fail", .help = "fails", .apply = [](auto, auto) {
                                      }}}}};
    const cli::ToolText text{
        .name = "mqtt-test",
        .synopsis = "",
        .purpose = "Tests",
        .notes = "",
        .examples = "  mqtt-test\n"};
    context.environment = [](const char*) {
        return std::nullopt;
    };
    if (cli::read_options(context, text, std::move(table)) == cli::NextStep::leave) return {};
    throw cli::ToolError(ExitCode::local_error, "as asked");
}

TEST(RunTool, help_and_version_go_to_stdout_and_succeed) {
    for (const std::string word : {"--help", "--help-all", "--version"}) {
        const Ran ran = run(with_options, {"--fail", word});
        EXPECT_EQ(ran.status, 0) << word;
        EXPECT_EQ(ran.err, "") << word;
        EXPECT_NE(ran.out.find("mqtt-test"), std::string::npos) << word;
    }
}

TEST(RunTool, quiet_hides_errors_of_the_run_but_not_of_the_command_line) {
    EXPECT_EQ(run(with_options, {"--quiet"}).err, "");
    EXPECT_EQ(run(with_options, {"--quiet"}).status, 1);
    EXPECT_NE(run(with_options, {"--quiet", "--color", "x"}).err, "");
    EXPECT_NE(run(with_options, {"--color=always"}).err.find("\x1b["), std::string::npos);
}

TEST(RunTool, an_options_file_that_is_named_must_be_there) {
    const Ran ran = run(with_options, {"-o", "/nonexistent/file"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(ran.err.starts_with(
        "mqtt-test: error: cannot read the options file \"/nonexistent/file\": No such file"
    ));
    EXPECT_EQ(run(with_options, {"-o", "/dev/null", "-o", "/dev/null"}).status, 2);
    EXPECT_EQ(run(with_options, {"-o", "/dev/null"}).status, 1) << "read, and then as asked";
}

} // namespace
