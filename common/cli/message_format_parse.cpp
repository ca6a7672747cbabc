// Reading of a format; what it prints is in message_format.cpp.
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/message_format.hpp"
#include "common/cli/options/option_value.hpp"

#include <utility>

namespace cli {

namespace {

using Piece = MessageFormat::Piece;

constexpr std::string_view field_codes = "%ACDEFIPRSUJXdfjlmpqrtx";
constexpr std::string_view codes_with_width = "ACEFIRSXdflmptx";
constexpr std::string_view codes_with_precision = "CIRXdfptx";
constexpr std::string_view separators = "!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~ ";
constexpr std::size_t most_width = 10000;

bool contains(std::string_view set, char character) {
    return set.find(character) != std::string_view::npos;
}

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

class Parser {
public:
    Parser(std::string_view name, std::string_view format) : name_(name), format_(format) {}

    std::vector<Piece> run() {
        while (at_ < format_.size()) {
            const char character = format_[at_++];
            if (character == '%') {
                field();
            } else if (character == '@') {
                time_field();
            } else if (character == '\\') {
                escape();
            } else {
                text(character);
            }
        }
        return std::move(pieces_);
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw UsageError(
            std::string(name_) + ": " + what + " (got " + base::in_quotes(format_) + ", at " +
            std::to_string(start_ + 1) + ")"
        );
    }

    char next(const std::string& what) {
        if (at_ == format_.size()) fail(what);
        return format_[at_++];
    }

    void text(char character) {
        if (pieces_.empty() || pieces_.back().code != '\0') pieces_.emplace_back();
        pieces_.back().text += character;
    }

    void escape() {
        start_ = at_ - 1;
        constexpr std::string_view letters = "\\0aenrtv";
        constexpr std::string_view meanings{"\\\0\a\x1B\n\r\t\v", 8};
        const char letter = next("a backslash stands at the end");
        const std::size_t index = letters.find(letter);
        if (index == std::string_view::npos)
            fail("unknown escape; there are \\\\ \\0 \\a \\e \\n \\r \\t \\v");
        text(meanings[index]);
    }

    void time_field() {
        start_ = at_ - 1;
        const char letter = next("an @ stands at the end; @@ prints one");
        if (letter == '@') {
            text('@');
            return;
        }
        constexpr std::string_view letters = "aAbBcCdDeFgGhHIjklmMnNpPrRsStTuUVwWxXyYzZ";
        if (!contains(letters, letter)) fail("unknown time field @" + std::string(1, letter));
        pieces_.push_back({.code = '@', .text = std::string{'%', letter}});
    }

    std::size_t number() {
        std::size_t value = 0;
        while (at_ < format_.size() && is_digit(format_[at_])) {
            value = value * 10 + static_cast<std::size_t>(format_[at_++] - '0');
            if (value > most_width) fail("a width is at most " + std::to_string(most_width));
        }
        return value;
    }

    void field() {
        start_ = at_ - 1;
        const std::string unfinished = "a field ends too early; %% prints a percent sign";
        Piece piece;
        for (; at_ < format_.size() && (format_[at_] == '-' || format_[at_] == '0'); ++at_)
            (format_[at_] == '-' ? piece.left : piece.zeros) = true;
        piece.width = number();
        if (at_ < format_.size() && format_[at_] == '.') {
            ++at_;
            piece.precision = number();
        }
        piece.code = next(unfinished);
        if (piece.precision.has_value() && contains(separators, piece.code)) {
            piece.separator = piece.code;
            piece.code = next(unfinished);
            if (piece.code != 'x' && piece.code != 'X')
                fail("a separator belongs to %x and %X only");
        }
        if (!contains(field_codes, piece.code))
            fail("unknown field %" + std::string(1, piece.code));
        if (piece.width != 0 && !contains(codes_with_width, piece.code))
            fail("%" + std::string(1, piece.code) + " has no width");
        if (piece.precision.has_value() && !contains(codes_with_precision, piece.code))
            fail("%" + std::string(1, piece.code) + " has no precision");
        if (piece.code == '%') {
            text('%');
        } else {
            pieces_.push_back(std::move(piece));
        }
    }

    std::string_view name_;
    std::string_view format_;
    std::size_t at_ = 0;
    std::size_t start_ = 0; ///< of the part at hand
    std::vector<Piece> pieces_;
};

} // namespace

MessageFormat MessageFormat::parse(std::string_view name, std::string_view format) {
    MessageFormat result;
    result.pieces_ = Parser(name, format).run();
    return result;
}

} // namespace cli
