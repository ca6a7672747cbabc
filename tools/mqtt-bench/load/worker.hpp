// One thread of load: an epoll loop that owns a part of the clients. Every turn it reads what has
// come, sends what is due or what the windows leave room for, and flushes each client once. Other
// threads talk to it by post() and credit_arrived(), and read its counters; the histograms are
// read after it has stopped, or by a posted function.
#pragma once

#include "common/mqtt/codec/frame.hpp"
#include "tools/mqtt-bench/load/client.hpp"
#include "tools/mqtt-bench/load/counters.hpp"
#include "tools/mqtt-bench/load/run_context.hpp"
#include "tools/mqtt-bench/load/schedule.hpp"
#include "tools/mqtt-bench/measure/histogram.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace bench {

enum class Role : std::uint8_t { publishers, subscribers };

class Worker {
public:
    Worker(RunContext& context, unsigned number);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    /// Before the thread starts.
    void add(const Member& member);

    /// The thread's function; ends after stop().
    void run();

    void post(std::function<void()> order); ///< any thread
    void stop();                            ///< any thread
    void credit_arrived();                  ///< any thread: deliveries of publishers that live here

    [[nodiscard]] const Counters& counters() const { return counters_; }

    /// What was measured so far; by a posted function, or when the thread has ended.
    struct Latencies {
        Histogram delivery;
        Histogram acknowledgement;
        Histogram connect;
        Histogram subscribe;
    };

    [[nodiscard]] const Latencies& latencies() const { return latencies_; }

    // Orders: posted functions call them.

    /// rate: connections a second of this worker, 0 = as fast as they are answered.
    void open(Role role, bool clean_start, double rate);
    void subscribe();
    void unsubscribe_locally(); ///< forgets what was subscribed, for a second pass
    void start_publishing(std::uint64_t start);
    void stop_publishing();
    void clear_retained(); ///< an empty retained message to each topic that was published
    void ping(Role role);
    void close(Role role); ///< DISCONNECT, then the socket

private:
    // worker.cpp
    void wake();
    void wait_and_handle_events();
    std::uint64_t time_to_sleep() const;
    void take_orders();
    void mark_dirty(Client& client);
    void flush(Client& client);
    void flush_dirty();
    void write_through(Client& client, Output& bytes);
    void on_room(Client& client);

    // worker_connect.cpp
    void open_due();
    void keep_alive();
    void open_one(Client& client);
    void on_socket_connected(Client& client);
    void on_connack(Client& client, const mqtt::codec::Frame& frame);
    void next_subscribe(Client& client);
    void on_suback(Client& client, const mqtt::codec::Frame& frame);
    void connect_failed(Client& client);
    void lost(Client& client);
    void close_socket(Client& client);

    // worker_receive.cpp
    void read_from(Client& client);
    std::size_t take_frames(Client& client, std::size_t size);
    bool on_frame(Client& client, const mqtt::codec::Frame& frame);
    void
    on_publish(Client& client, const std::uint8_t* body, const std::uint8_t* end, unsigned flags);
    void count_message(Subscriber& subscriber, const Stamp& stamp, bool retained);
    void credit(std::uint32_t flow);
    void hand_out_credit();
    void on_publish_reply(Client& client, const mqtt::codec::Frame& frame);
    void reply(Client& client, std::uint8_t first_byte, const std::uint8_t* packet_id);

    // worker_publish.cpp
    void touch(std::uint32_t client_index);
    void touch_all_publishers();
    void mark_due();
    void publish_touched();
    void publish_closed(Client& client);
    void publish_due(Client& client);
    void write_off_stalled();
    void after_publish(Publisher& publisher, std::uint64_t sent, std::uint64_t expected);
    const Schedule* schedule_of(const Publisher& publisher) const;

    RunContext& context_;
    unsigned number_;
    int epoll_;
    int wake_fd_;
    std::uint64_t now_ = 0;
    std::uint64_t measure_from_ = UINT64_MAX;
    std::uint64_t measure_until_ = UINT64_MAX;
    std::deque<Client> clients_;
    std::vector<std::uint8_t> input_;
    std::vector<Client*> dirty_;
    Output scratch_;
    bool stopping_ = false;

    // Clients that wait to be opened.
    std::deque<std::uint32_t> to_open_;
    double open_rate_ = 0;
    std::uint64_t open_start_ = 0;
    std::uint64_t opened_ = 0;
    std::uint32_t handshakes_ = 0;
    std::uint64_t next_keep_alive_ = 0;

    // Publishing.
    std::vector<std::uint32_t> touched_; // publishers that may be able to send
    std::vector<Schedule> schedules_;
    std::vector<const Group*> schedule_groups_;
    bool publishing_ = false;
    std::uint64_t next_stall_check_ = 0;

    // Deliveries of one flow that were counted but not yet credited.
    std::uint32_t credit_flow_ = 0;
    std::uint64_t credit_count_ = 0;

    Counters counters_;
    Latencies latencies_;

    std::mutex orders_mutex_;
    std::vector<std::function<void()>> orders_;
    std::atomic<bool> asleep_ = false;
    std::atomic<bool> has_orders_ = false;
    std::atomic<bool> foreign_credit_ = false;
};

} // namespace bench
