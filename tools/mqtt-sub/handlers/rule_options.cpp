#include "tools/mqtt-sub/handlers/rule_options.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <utility>

namespace mqtt_sub {

namespace {

using Name = std::string_view;
using Text = std::string_view;

constexpr std::uint64_t most_jobs = 1000;
constexpr std::uint64_t most = 1'000'000;

template <typename Number>
Number number(Name name, Text value, std::uint64_t minimum, std::uint64_t maximum) {
    return static_cast<Number>(cli::whole_number(name, value, {minimum, maximum}));
}

} // namespace

std::span<const RuleOption> rule_options() {
    // clang-format off
    static constexpr RuleOption rows[] = {
        {.name = "exec", .value = "COMMAND", .help = "run it for each message; success acknowledges",
         .apply = [](RuleDraft& d, Name n, Text v) { d.command = v; d.command_option = n; }},
        {.name = "shell", .help = "give the command to /bin/sh -c as it is, instead of splitting it into words with fields of -F",
         .apply = [](RuleDraft& d, Name, Text) { d.shell = true; }},
        {.letter = 'j', .name = "jobs", .value = "N", .help = "how many handlers may run at a time", .preset = "1",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.limits.jobs = number<std::size_t>(n, v, 1, most_jobs); }},
        {.name = "order", .value = "WHAT", .help = "what keeps its order while a message waits for another attempt", .preset = "none", .choices = "none|topic|global",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.limits.order = static_cast<Order>(cli::choice(n, v, "none|topic|global")); }},
        {.name = "exec-timeout", .value = "TIME", .help = "end a handler after this time: TERM to its process group, KILL 5 seconds later", .preset = "none",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.timeout = duration(n, v); }},
        {.name = "exit-map", .value = "CODE=WORD,...", .help = "what exit codes mean: ok, stop, retry or dead-letter", .preset = "0=ok,65=dead-letter,75=retry,99=stop, others retry",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.exit_map.change(n, v); }},
        {.name = "retries", .value = "N", .help = "how often a handler that failed is tried again before its message becomes a dead letter", .preset = "for ever",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.retries = number<std::uint32_t>(n, v, 0, most); }},
        {.name = "backoff", .value = "FROM..TO", .help = "how long to wait before that, twice as long each time; with ,jitter a random part of it", .preset = "1s..1m",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.backoff = Backoff::parse(n, v); }},
        {.name = "dlq", .value = "TOPIC", .help = "publish messages that are given up to this topic, which may have fields of -F; the message is acknowledged when the broker has it",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.dead_letter_topic = cli::MessageFormat::parse(n, v); }},
        {.name = "dlq-file", .value = "FILE", .help = "append messages that are given up to this file, a line of JSON each",
         .apply = [](RuleDraft& d, Name, Text v) { d.rule.dead_letter_file = v; }},
        {.name = "reply", .help = "publish standard output to the response topic of the message, with its correlation data (MQTT 5.0)",
         .apply = [](RuleDraft& d, Name, Text) { d.rule.reply = true; }},
        {.name = "rate", .value = "N", .help = "start at most N handlers a second", .preset = "any number",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.limits.rate = number<std::uint32_t>(n, v, 1, most); }},
        {.name = "breaker", .value = "N", .help = "after N failures in a row start nothing for a while, then one to see", .preset = "never",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.limits.breaker = number<std::uint32_t>(n, v, 1, most); }},
        {.name = "breaker-pause", .value = "TIME", .help = "how long", .preset = "1m",
         .apply = [](RuleDraft& d, Name n, Text v) { d.rule.limits.breaker_pause = duration(n, v); }},
    };
    // clang-format on
    return rows;
}

Rule finish_rule(RuleDraft draft) {
    Rule& rule = draft.rule;
    if (draft.command.empty()) {
        throw cli::UsageError(
            draft.command_option + " needs a command", "a program and its arguments"
        );
    }
    rule.command = draft.shell ? Command::for_shell(draft.command)
                               : Command::parse(draft.command_option, draft.command);
    if (rule.retries && !rule.has_dead_letters()) {
        throw cli::UsageError(
            draft.command_option + ": retries needs a place for the messages that are given up",
            "dlq TOPIC or dlq-file FILE; without retries a handler is tried until it succeeds"
        );
    }
    return std::move(rule);
}

} // namespace mqtt_sub
