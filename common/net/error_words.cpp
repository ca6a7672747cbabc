#include "common/net/error_words.hpp"

#include <cctype>

namespace net {

std::string in_words(const boost::system::error_code& error) {
    std::string text = error.message();
    const bool one_capital =
        text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
    if (one_capital) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

} // namespace net
