// `read`: how many events the daemon delivers to readers of events.sock, all of them together; either what it has
// kept, from the beginning, or live, while jobs are submitted (each submit is one event).
#include "commands.hpp"
#include "control_client.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>

#include <poll.h>

namespace jobwatch::bench
{

namespace
{

class event_readers
{
public:
    event_readers(const read_options& how, std::size_t each) : left_(how.readers, each), wanted_(each)
    {
        for (std::size_t reader = 0; reader < how.readers; ++reader)
        {
            clients_.emplace_back(how.events);
            waits_.push_back({clients_.back().native(), POLLIN, 0});
        }
    }

    void start_after(std::size_t seq) // 0: everything
    {
        const std::string line = seq == 0 ? "begin\n" : "after " + std::to_string(seq) + '\n';
        for (auto& client : clients_)
            client.send(line);
    }

    void read_all()
    {
        std::size_t busy = clients_.size();
        while (busy > 0)
        {
            if (::poll(waits_.data(), waits_.size(), -1) < 0)
                throw bench_failure("poll failed");
            for (std::size_t at = 0; at < clients_.size(); ++at)
                if (waits_[at].revents != 0 && hear(at))
                    --busy;
        }
    }

    double bytes() const { return bytes_; }
    double delivered() const { return static_cast<double>(wanted_ * clients_.size()); }

private:
    // Has this reader got its share now?
    bool hear(std::size_t at)
    {
        const auto heard = clients_[at].receive();
        const auto lines = static_cast<std::size_t>(std::count(heard.begin(), heard.end(), '\n'));
        bytes_ += static_cast<double>(heard.size());
        left_[at] -= std::min(lines, left_[at]);
        if (left_[at] == 0)
            waits_[at].fd = -1; // poll() passes it over
        return left_[at] == 0;
    }

    std::vector<socket_client> clients_;
    std::vector<pollfd> waits_;
    std::vector<std::size_t> left_;
    std::size_t wanted_;
    double bytes_ = 0;
};

void print(const event_readers& readers, double took)
{
    std::printf("%.0f %.3f %.0f\n", readers.delivered() / took, took, readers.bytes() / readers.delivered());
}

} // namespace

void read_events(const read_options& how)
{
    const auto head = static_cast<std::size_t>(sum_of(ask_status(how.control), "head"));
    const bool live = how.submits.count > 0;
    const std::size_t kept = how.last == 0 ? head : std::min(how.last, head);
    event_readers readers(how, live ? how.submits.count : kept);
    const double start = seconds_now();
    readers.start_after(live ? head : head - kept);
    std::thread submitter;
    if (live)
        submitter = std::thread([&] { submit_jobs(how.submits); });
    readers.read_all();
    const double took = seconds_now() - start;
    if (live)
        submitter.join();
    print(readers, took);
}

} // namespace jobwatch::bench
