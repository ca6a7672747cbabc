// mqtt-certgen server: a key and a certificate for a broker.
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/leaf_plans.hpp"
#include "tools/mqtt-certgen/made.hpp"

namespace mqtt_certgen {

cli::Outcome run_server(Job& job) {
    const Settings& settings = job.settings;
    const auto names = names_for_server(settings.words, settings);
    const std::string name = settings.name.empty() ? names.front().value : settings.name;
    const LeafPlan plan = server_plan(job, file_stem(name), names);
    if (!settings.group.empty()) static_cast<void>(group_number(settings.group));
    warn_about_key(job);
    FileBatch files(settings.force);
    check_free(job, files, plan);
    Authority authority = open_authority(job);
    const crypto::Certificate certificate = make_leaf(job, authority, plan, files);
    authority.index.save();
    files.commit();
    say_made(job, {{.name = plan.name, .certificate = certificate}});
    return {};
}

} // namespace mqtt_certgen
