// mqtt-certgen snippet: the broker's configuration, or how clients are started, from what is there.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/index.hpp"
#include "tools/mqtt-certgen/input_file.hpp"
#include "tools/mqtt-certgen/snippet_text.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace mqtt_certgen {

namespace {

const Record& record_named(const IndexContent& content, const std::string& word) {
    const std::string name = file_stem(word);
    const auto found =
        std::find_if(content.records.begin(), content.records.end(), [&](const Record& each) {
            return each.name == name && each.status == Status::current;
        });
    if (found != content.records.end()) return *found;
    fail(
        "there is no valid certificate of the name " + base::in_quotes(word),
        "mqtt-certgen list shows the names"
    );
}

bool is_server(const Record& record) {
    return record.use != "client";
}

/// The one that is asked for, or the first.
const Record& server_of(const IndexContent& content, const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        const Record& record = record_named(content, word);
        if (is_server(record)) return record;
    }
    const auto found =
        std::find_if(content.records.begin(), content.records.end(), [](const Record& each) {
            return each.status == Status::current && is_server(each);
        });
    if (found != content.records.end()) return *found;
    fail("there is no server's certificate", "mqtt-certgen server HOST makes one");
}

std::string host_for(const Job& job, const Record& server) {
    if (!job.settings.hosts.empty()) return host_of(job.settings.hosts.front()).value;
    for (const std::string& each : server.names) {
        const crypto::AlternativeName name = crypto::alternative_name_of(each);
        if (name.kind == crypto::NameKind::dns && !name.value.starts_with('*')) return name.value;
    }
    return "localhost";
}

} // namespace

cli::Outcome run_snippet(Job& job) {
    const Settings& settings = job.settings;
    const IndexContent content = Index::read(job.path(index_file));
    const Record& server = server_of(content, settings.words);
    const bool clients =
        std::any_of(content.records.begin(), content.records.end(), [](const Record& each) {
            return each.use == "client";
        });
    const SnippetPlan plan{
        .folder = std::filesystem::absolute(settings.folder).lexically_normal().string(),
        .server = server.name,
        .host = host_for(job, server),
        .port = settings.port,
        .websocket_port = settings.websocket_port,
        .with_client_certificates = clients};
    std::vector<std::string> commands;
    bool broker = settings.words.empty();
    for (const std::string& word : settings.words) {
        const Record& record = record_named(content, word);
        broker = broker || is_server(record);
        if (is_server(record)) continue;
        commands.push_back(subscribe_command(plan, record.name));
        commands.push_back(publish_command(plan, record.name));
    }
    if (settings.json) {
        base::JsonObject object;
        if (broker) object.text("config", config_text(plan));
        job.tool.out << object.texts("commands", commands).str() << '\n';
        return {};
    }
    if (broker) job.tool.out << config_text(plan);
    for (const std::string& command : commands)
        job.tool.out << command << '\n';
    return {};
}

} // namespace mqtt_certgen
