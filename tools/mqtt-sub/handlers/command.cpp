#include "tools/mqtt-sub/handlers/command.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"

#include <utility>

namespace mqtt_sub {

namespace {

/// One word at a time from a command line.
class WordReader {
public:
    WordReader(std::string_view name, std::string_view text) : name_(name), text_(text) {}

    /// False: there is no word left.
    bool next(std::string& word) {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
        if (at_ == text_.size()) return false;
        word.clear();
        while (at_ < text_.size() && !is_blank(text_[at_]))
            take(word);
        return true;
    }

private:
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

    void take(std::string& word) {
        const char c = text_[at_++];
        if (c == '\\') {
            if (at_ == text_.size()) refuse("ends with a backslash");
            word += text_[at_++];
        } else if (c == '\'' || c == '"') {
            take_quoted(c, word);
        } else {
            word += c;
        }
    }

    /// As in a shell: in "…" a backslash keeps " and \, in '…' everything is as it stands.
    void take_quoted(char quote, std::string& word) {
        while (at_ < text_.size() && text_[at_] != quote) {
            const bool is_kept = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                                 (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
            if (is_kept) ++at_;
            word += text_[at_++];
        }
        if (at_ == text_.size()) refuse("has a quote that is not closed");
        ++at_;
    }

    [[noreturn]] void refuse(std::string_view why) const {
        throw cli::UsageError(
            std::string(name_) + " " + std::string(why) + " (got " + base::in_quotes(text_) + ")"
        );
    }

    std::string_view name_;
    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

std::vector<std::string> split_words(std::string_view name, std::string_view text) {
    WordReader reader(name, text);
    std::vector<std::string> words;
    for (std::string word; reader.next(word);)
        words.push_back(word);
    if (words.empty()) throw cli::UsageError(std::string(name) + " needs a command");
    return words;
}

Command Command::parse(std::string_view name, std::string_view text) {
    Command command;
    std::vector<std::string> words = split_words(name, text);
    command.program_ = words.front();
    for (std::size_t i = 1; i < words.size(); ++i)
        command.words_.push_back(cli::MessageFormat::parse(name, words[i]));
    return command;
}

Command Command::for_shell(std::string_view text) {
    Command command;
    command.program_ = "/bin/sh";
    command.fixed_ = {"-c", std::string(text)};
    return command;
}

base::Result<std::vector<std::string>, std::string> Command::arguments(const HeldMessage& message
) const {
    std::vector<std::string> arguments{program_};
    arguments.insert(arguments.end(), fixed_.begin(), fixed_.end());
    for (const cli::MessageFormat& word : words_) {
        std::string filled;
        word.append(filled, message.packet(), message.received(), false);
        if (filled.find('\0') != std::string::npos) {
            return std::string("the message has a NUL, which no argument can have; standard input "
                               "has it as it is");
        }
        arguments.push_back(std::move(filled));
    }
    return arguments;
}

} // namespace mqtt_sub
