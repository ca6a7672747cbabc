// mqtt-certgen crl: the revocation list again, with a new time. A list that is over locks all
// clients out, so a cron job should run this well before.
#include "common/base/json_object.hpp"
#include "tools/mqtt-certgen/authority.hpp"

#include <algorithm>
#include <ostream>

namespace mqtt_certgen {

cli::Outcome run_crl(Job& job) {
    FileBatch files(true);
    Authority authority = open_authority(job);
    write_list(job, authority, files);
    authority.index.save();
    files.commit();
    const std::string path = job.path(authority_list);
    if (!job.settings.json) {
        job.tool.out << path << '\n';
        return {};
    }
    const std::vector<Record>& records = authority.index.content().records;
    const auto revoked = std::count_if(records.begin(), records.end(), [](const Record& each) {
        return each.status == Status::revoked;
    });
    base::JsonObject object;
    object.text("crl", path).number("entries", static_cast<std::uint64_t>(revoked));
    job.tool.out << object.str() << '\n';
    return {};
}

} // namespace mqtt_certgen
