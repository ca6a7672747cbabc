// A configuration file, which is also what its include_dir finds. Whatever it holds: messages are
// lines that can be printed, with a place in the file; what is accepted can be checked, shown and
// compared, and after a reload nothing is left that a reload could do.
#include "common/base/assert.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/parse_config.hpp"
#include "tools/mqttd/config/reload_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace mqttd;

class OneFile final : public ConfigFiles {
public:
    explicit OneFile(std::string_view text_view) : text_view_(text_view) {}

    [[nodiscard]] base::Result<std::string, Problem> read(const std::string& path) const override {
        if (path.size() % 5 == 0) return Problem{"Permission denied"};
        return {boost::system::in_place_value, text_view_};
    }

    [[nodiscard]] base::Result<std::vector<std::string>, Problem> list(const std::string& directory
    ) const override {
        if (directory.size() % 5 == 0) return Problem{"Permission denied"};
        return std::vector<std::string>{"b.conf", "readme", "A.conf"};
    }

private:
    std::string_view text_view_;
};

bool can_be_printed(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n') || byte == 0x7F;
    });
}

void check_messages(const ConfigErrors& messages, std::size_t lines) {
    for (const ConfigError& one : messages) {
        MIDGE_ASSERT(one.line <= lines, "a message is about a line that is not there");
        MIDGE_ASSERT(!one.message.empty(), "a message says something");
        MIDGE_ASSERT(can_be_printed(to_text(one)), "a message contains control characters");
    }
}

void check_accepted(const BrokerConfig& config, std::size_t lines) {
    ConfigFindings findings;
    check_values(findings, config);
    check_messages(findings.errors, lines);
    check_messages(findings.warnings, lines);
    MIDGE_ASSERT(!config.listeners.empty(), "a broker listens somewhere");
    MIDGE_ASSERT(compare(config, config).empty(), "a configuration differs from itself");
    const ReloadPlan plan = compare(default_config(), config);
    for (const OptionChange& change : plan.applied)
        MIDGE_ASSERT(can_be_printed(describe_applied(change)), "a change cannot be printed");
    for (const OptionChange& change : plan.needs_restart)
        MIDGE_ASSERT(can_be_printed(describe_delayed(change)), "a change cannot be printed");
    MIDGE_ASSERT(compare(plan.config, config).applied.empty(), "a reload left something undone");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    const ConfigResult result = parse_config_text(text, "fuzz.conf", OneFile(text));
    check_messages(result.errors, lines);
    check_messages(result.warnings, lines);
    if (result) check_accepted(*result, lines);
    return 0;
}
