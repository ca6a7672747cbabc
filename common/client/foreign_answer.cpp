#include "common/client/foreign_answer.hpp"

namespace client {

using base::TransportTrouble;
using engine::Failure;
using engine::FailureKind;

namespace {

constexpr std::string_view tls_alert = "\x15\x03";
constexpr std::string_view http_answer = "HTTP/";

Failure foreign(std::string what, TransportTrouble trouble) {
    Failure failure{.kind = FailureKind::connect_failed, .what = std::move(what)};
    failure.trouble = trouble;
    return failure;
}

} // namespace

std::optional<Failure> foreign_answer(base::Bytes first) {
    const std::string_view text = base::as_text(first);
    if (text.starts_with(tls_alert))
        return foreign("the server answers with TLS", TransportTrouble::tls_expected);
    if (text.starts_with(http_answer))
        return foreign("the server answers with HTTP", TransportTrouble::http_expected);
    return std::nullopt;
}

} // namespace client
