// A value or the reason why there is none. gcc 12 has no <expected>; boost::system::result has the
// same shape. Use has_value(), operator* and error(); value() is for tests.
#pragma once

#include <boost/system/result.hpp>

namespace base {

template <typename Value, typename Error>
using Result = boost::system::result<Value, Error>;

} // namespace base
