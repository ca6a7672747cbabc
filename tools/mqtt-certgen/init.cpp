// mqtt-certgen init: the authority, the broker's certificate, those of its clients, the broker's
// configuration, and how clients are started, in one command.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/cli/error.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/leaf_plans.hpp"
#include "tools/mqtt-certgen/made.hpp"
#include "tools/mqtt-certgen/snippet_text.hpp"

#include <filesystem>
#include <ostream>
#include <set>

namespace mqtt_certgen {

namespace {

constexpr std::string_view server_name = "server";

std::vector<LeafPlan> plans_for(const Job& job, const std::vector<crypto::AlternativeName>& names) {
    std::vector<LeafPlan> plans{server_plan(job, std::string(server_name), names)};
    std::set<std::string> seen{plans.front().name};
    for (const std::string& client : job.settings.clients) {
        plans.push_back(client_plan(job, client));
        if (seen.insert(plans.back().name).second) continue;
        throw cli::UsageError(
            "the files of the client " + base::in_quotes(client) + " would be those of another, " +
            base::in_quotes(plans.back().name)
        );
    }
    return plans;
}

std::vector<std::string> commands_for(const SnippetPlan& plan, const std::vector<Made>& made) {
    if (!plan.with_client_certificates)
        return {subscribe_command(plan, {}), publish_command(plan, {})};
    std::vector<std::string> commands;
    for (const Made& each : made) {
        if (each.name == "ca" || each.name == server_name) continue;
        commands.push_back(subscribe_command(plan, each.name));
        commands.push_back(publish_command(plan, each.name));
    }
    return commands;
}

void say_all(
    Job& job,
    const std::vector<Made>& made,
    const std::string& config,
    const std::vector<std::string>& commands
) {
    const std::string config_path = job.path(broker_config);
    std::ostream& out = job.tool.out;
    if (job.settings.json) {
        std::vector<std::string> objects;
        objects.reserve(made.size());
        for (const Made& each : made)
            objects.push_back(to_json(job, each));
        base::JsonObject object;
        object.array("made", objects).text("crl", job.path(authority_list));
        object.text("config_file", config_path).text("config", config).texts("commands", commands);
        out << object.str() << '\n';
        return;
    }
    say_made(job, made);
    out << job.path(authority_list) << '\n' << config_path << "\n\n";
    out << "# The broker: mqttd -c " << shell_word(config_path)
        << ", or these lines in its configuration file:\n"
        << config << "\n# Clients, which need " << job.path(authority_certificate)
        << (job.settings.clients.empty() ? "" : " and their own two files") << ":\n";
    for (const std::string& command : commands)
        out << command << '\n';
}

} // namespace

cli::Outcome run_init(Job& job) {
    const Settings& settings = job.settings;
    const auto names = names_for_server(settings.hosts, settings);
    const std::vector<LeafPlan> plans = plans_for(job, names);
    if (!settings.group.empty()) static_cast<void>(group_number(settings.group));
    warn_about_key(job);
    FileBatch files(settings.force);
    for (const LeafPlan& plan : plans)
        check_free(job, files, plan);
    files.check_free(job.path(broker_config));

    Authority authority = make_authority(job, files, names.front().value);
    std::vector<Made> made{{.name = "ca", .certificate = authority.certificate}};
    for (const LeafPlan& plan : plans)
        made.push_back({.name = plan.name, .certificate = make_leaf(job, authority, plan, files)});
    const SnippetPlan snippet{
        .folder = std::filesystem::absolute(settings.folder).lexically_normal().string(),
        .server = std::string(server_name),
        .host = names.front().value,
        .port = settings.port,
        .websocket_port = settings.websocket_port,
        .with_client_certificates = !settings.clients.empty()};
    const std::string config = config_text(snippet);
    files.add(job.path(broker_config), config, FileAccess::everybody);
    authority.index.save();
    files.commit();
    say_all(job, made, config, commands_for(snippet, made));
    return {};
}

} // namespace mqtt_certgen
