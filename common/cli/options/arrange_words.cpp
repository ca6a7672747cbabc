#include "common/cli/options/arrange_words.hpp"

#include "common/cli/error.hpp"

#include <optional>
#include <string_view>

namespace cli {

namespace {

constexpr std::size_t plain_words = 3; ///< command, property, value
constexpr std::size_t pair_words = 4;  ///< command, user-property, key, value

class Arranger {
public:
    Arranger(const OptionTable& table, const std::vector<std::string>& arguments)
        : table_(table), arguments_(arguments) {}

    std::vector<std::string> run() {
        while (next_ < arguments_.size()) {
            const std::string& word = arguments_[next_++];
            if (word.size() > 2 && word.starts_with("--")) {
                take_long(word);
            } else if (word.size() > 1 && word.front() == '-' && word != "--") {
                take_letters(word);
            } else {
                words_.push_back(word);
            }
        }
        return std::move(words_);
    }

private:
    void take_long(const std::string& word) {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const Option* option = find_option(table_, std::string_view(name).substr(2));
        if (option == nullptr || option->value.empty()) {
            words_.push_back(word);
            return;
        }
        std::optional<std::string> first;
        if (equals != std::string::npos) first = word.substr(equals + 1);
        push(name, *option, std::move(first));
    }

    void take_letters(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Option* option = find_option(table_, word[i]);
            if (option == nullptr) break;
            if (option->value.empty()) continue;
            if (i > 1) words_.push_back(word.substr(0, i));
            std::optional<std::string> first;
            if (i + 1 < word.size()) first = word.substr(i + 1);
            push(std::string{'-', word[i]}, *option, std::move(first));
            return;
        }
        words_.push_back(word);
    }

    void push(std::string name, const Option& option, std::optional<std::string> first) {
        if (option.words) {
            std::string packed = pack(name, std::move(first));
            words_.push_back(std::move(name));
            words_.push_back(std::move(packed));
            return;
        }
        words_.push_back(std::move(name));
        if (first.has_value()) {
            words_.push_back(std::move(*first));
        } else if (next_ < arguments_.size()) {
            words_.push_back(arguments_[next_++]);
        }
    }

    std::string pack(const std::string& name, std::optional<std::string> first) {
        std::vector<std::string> parts;
        if (first.has_value()) parts.push_back(std::move(*first));
        std::size_t wanted = plain_words;
        while (parts.size() < wanted) {
            if (next_ == arguments_.size()) {
                throw UsageError(
                    name + " needs " + std::to_string(wanted) + " words (got " +
                        std::to_string(parts.size()) + ")",
                    name + " COMMAND PROPERTY VALUE, or " + name +
                        " COMMAND user-property KEY VALUE"
                );
            }
            parts.push_back(arguments_[next_++]);
            if (parts.size() == 2 && parts.back() == "user-property") wanted = pair_words;
        }
        std::string packed;
        for (const std::string& part : parts) {
            if (!packed.empty()) packed += word_separator;
            packed += part;
        }
        return packed;
    }

    const OptionTable& table_;
    const std::vector<std::string>& arguments_;
    std::size_t next_ = 0;
    std::vector<std::string> words_;
};

} // namespace

std::vector<std::string>
arrange_words(const OptionTable& table, const std::vector<std::string>& arguments) {
    return Arranger(table, arguments).run();
}

} // namespace cli
