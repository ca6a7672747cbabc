#include "common/net/srv_record.hpp"

#include <arpa/nameser.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace net {

namespace {

constexpr std::size_t fixed_size = 6; ///< priority, weight, port
constexpr std::size_t most_records = 256;

using Iterator = std::vector<SrvRecord>::iterator;

std::uint16_t number_at(base::Bytes data, std::size_t at) {
    return static_cast<std::uint16_t>((data[at] << 8U) | data[at + 1]);
}

std::optional<SrvRecord> read_record(const ns_msg& message, const ns_rr& record) {
    const base::Bytes data(ns_rr_rdata(record), ns_rr_rdlen(record));
    if (ns_rr_type(record) != ns_t_srv || data.size() <= fixed_size) return std::nullopt;
    std::array<char, NS_MAXDNAME> name{};
    const int size = ::dn_expand(
        ns_msg_base(message),
        ns_msg_end(message),
        data.data() + fixed_size,
        name.data(),
        static_cast<int>(name.size())
    );
    if (size < 0) return std::nullopt;
    SrvRecord result{.priority = number_at(data, 0), .weight = number_at(data, 2), .server = {}};
    result.server.port = number_at(data, 4);
    result.server.host = name[0] == '\0' ? "." : name.data();
    return result;
}

/// The one that is tried next: the first at which the running sum of the weights reaches a random
/// number. Those without weight stand in front, so that they have a small chance.
Iterator choose(Iterator first, Iterator last, base::Entropy& entropy) {
    std::uint64_t sum = 0;
    std::for_each(first, last, [&](const SrvRecord& each) { sum += each.weight; });
    const std::uint64_t chosen = entropy.next() % (sum + 1);
    std::uint64_t running = 0;
    return std::find_if(first, last, [&](const SrvRecord& each) {
        running += each.weight;
        return running >= chosen;
    });
}

} // namespace

std::vector<SrvRecord> parse_srv_answer(base::Bytes message) {
    std::vector<SrvRecord> records;
    ns_msg parsed{};
    if (::ns_initparse(message.data(), static_cast<int>(message.size()), &parsed) != 0)
        return records;
    const int count = ns_msg_count(parsed, ns_s_an);
    for (int i = 0; i < count && records.size() < most_records; ++i) {
        ns_rr answer{};
        if (::ns_parserr(&parsed, ns_s_an, i, &answer) != 0) break;
        if (auto record = read_record(parsed, answer)) records.push_back(std::move(*record));
    }
    return records;
}

std::vector<HostPort> in_order_of_trial(std::vector<SrvRecord> records, base::Entropy& entropy) {
    std::stable_sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
        if (a.priority != b.priority) return a.priority < b.priority;
        return (a.weight == 0) > (b.weight == 0);
    });
    std::vector<HostPort> servers;
    for (auto next = records.begin(); next != records.end(); ++next) {
        const auto end = std::find_if(next, records.end(), [&](const SrvRecord& each) {
            return each.priority != next->priority;
        });
        const auto chosen = choose(next, end, entropy);
        std::rotate(next, chosen, std::next(chosen));
        servers.push_back(next->server);
    }
    return servers;
}

} // namespace net
