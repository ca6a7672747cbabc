#include "tools/mqtt-certgen/index.hpp"

#include "tools/mqtt-certgen/failure.hpp"

#include <cerrno>
#include <utility>

namespace mqtt_certgen {

Index Index::open(const std::string& path) {
    auto update = crypto::FileUpdate::begin(path, crypto::FileUpdate::Create::when_missing);
    if (!update) {
        fail(
            update.error().message,
            update.error().error == ENOENT ? "mqtt-certgen init makes the folder and all in it" : ""
        );
    }
    IndexContent content = parse_index(update->text(), path);
    return {std::move(*update), std::move(content)};
}

IndexContent Index::read(const std::string& path) {
    const auto text = crypto::read_secret_file(path);
    if (text) return parse_index(*text, path);
    if (text.error().error == ENOENT) return {};
    fail(text.error().message);
}

void Index::save() {
    if (const auto written = update_.replace(to_json(content_)); written.has_error())
        fail(written.error().message);
}

} // namespace mqtt_certgen
