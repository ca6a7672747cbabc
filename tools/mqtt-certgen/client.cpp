// mqtt-certgen client: a key and a certificate for each client, from the command line or a CSV
// file.
#include "common/base/escape.hpp"
#include "common/cli/read_whole.hpp"
#include "tools/mqtt-certgen/client_list.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/leaf_plans.hpp"
#include "tools/mqtt-certgen/made.hpp"

#include <set>

namespace mqtt_certgen {

namespace {

constexpr std::size_t largest_list = 4UL * 1024UL * 1024UL;

std::vector<ClientLine> wanted_clients(const Settings& settings) {
    if (settings.from.empty()) {
        std::vector<ClientLine> lines;
        for (const std::string& word : settings.words)
            lines.push_back({.name = word, .days = {}, .place = {}});
        return lines;
    }
    const bool standard_input = settings.from == "-";
    const std::string text = standard_input
                                 ? cli::read_stdin(largest_list, "the clients")
                                 : cli::read_file(settings.from, largest_list, "the clients");
    return parse_client_list(text, standard_input ? "standard input" : settings.from);
}

} // namespace

cli::Outcome run_client(Job& job) {
    std::vector<LeafPlan> plans;
    std::set<std::string> seen;
    FileBatch files(job.settings.force);
    for (const ClientLine& line : wanted_clients(job.settings)) {
        LeafPlan plan = client_plan(job, line.name);
        if (line.days) plan.days = line.days;
        if (!seen.insert(plan.name).second) {
            const std::string place = line.place.empty() ? std::string() : line.place + ": ";
            fail(
                place + "the files of " + base::in_quotes(line.name) +
                " would be those of another client, " + base::in_quotes(plan.name)
            );
        }
        check_free(job, files, plan);
        plans.push_back(std::move(plan));
    }
    if (plans.empty()) fail(base::in_quotes(job.settings.from) + " names no client");
    warn_about_key(job);
    Authority authority = open_authority(job);
    std::vector<Made> made;
    for (const LeafPlan& plan : plans)
        made.push_back({.name = plan.name, .certificate = make_leaf(job, authority, plan, files)});
    authority.index.save();
    files.commit();
    say_made(job, made);
    return {};
}

} // namespace mqtt_certgen
