// mqtt-certgen ca: the authority alone.
#include "tools/mqtt-certgen/authority.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/issue.hpp"
#include "tools/mqtt-certgen/made.hpp"

#include <string>

namespace mqtt_certgen {

cli::Outcome run_ca(Job& job) {
    warn_about_key(job);
    FileBatch files(job.settings.force);
    const std::string host = names_for_server({}, job.settings).front().value;
    Authority authority = make_authority(job, files, host);
    authority.index.save();
    files.commit();
    say_made(job, {{.name = "ca", .certificate = authority.certificate}});
    return {};
}

} // namespace mqtt_certgen
