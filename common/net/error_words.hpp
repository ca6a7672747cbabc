// Messages of the system as they stand in ours. Pure.
#pragma once

#include <boost/system/error_code.hpp>

#include <string>

namespace net {

/// With a small first letter: "connection refused"; "SSL …" stays as it is.
[[nodiscard]] std::string in_words(const boost::system::error_code& error);

} // namespace net
