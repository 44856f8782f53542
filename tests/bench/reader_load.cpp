// `readers`: many readers of events, some of which never read, while jobs end; how late the others are told.
#include "commands.hpp"
#include "control_client.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <poll.h>

namespace jobwatch::bench
{

namespace
{

constexpr std::string_view ending_mark = "\"event\":\"job.finished\"";
constexpr std::string_view time_mark = "\"time\":\"";
constexpr std::string_view seq_mark = "\"seq\":";
constexpr double day = 24 * 3'600;
constexpr int longest_silence = 60'000; // ms; then something is wrong

// Seconds since midnight UTC, on the clock that events carry.
double time_of_day()
{
    using namespace std::chrono;
    const double now = duration<double>(system_clock::now().time_since_epoch()).count();
    return now - day * static_cast<double>(static_cast<long long>(now / day));
}

// "2026-11-23T14:02:11.482Z" -> the same.
double time_of_day(const char* text)
{
    char* end = nullptr;
    const double hours = std::strtod(text + 11, &end);
    const double minutes = std::strtod(text + 14, &end);
    return hours * 3'600 + minutes * 60 + std::strtod(text + 17, &end);
}

struct reader
{
    explicit reader(const std::string& path) : client(path) {}

    socket_client client;
    std::string rest; // of a line that is not whole yet
    unsigned long long seq = 0;
    std::size_t endings = 0;
};

class audience
{
public:
    explicit audience(const audience_options& how) : wanted_(how.endings)
    {
        for (std::size_t number = 0; number < how.readers; ++number)
            readers_.push_back(join(how, number));
        for (std::size_t number = 0; number < how.silent; ++number)
            silent_.push_back(join(how, number));
        waits_.reserve(readers_.size());
        for (const reader& one : readers_)
            waits_.push_back({one.client.native(), POLLIN, 0});
    }

    void read_all()
    {
        std::size_t busy = readers_.size();
        while (busy > 0)
        {
            if (::poll(waits_.data(), waits_.size(), longest_silence) <= 0)
                throw bench_failure("nothing was told for a minute");
            for (std::size_t at = 0; at < readers_.size(); ++at)
                if (waits_[at].revents != 0 && hear(readers_[at]))
                {
                    waits_[at].fd = -1; // poll() passes it over
                    --busy;
                }
        }
    }

    void print()
    {
        std::sort(late_.begin(), late_.end());
        const auto at = [&](double part)
        { return late_[static_cast<std::size_t>(part * static_cast<double>(late_.size() - 1))] * 1'000; };
        std::printf("%.0f %.0f %.0f\n", at(0.5), at(0.99), at(1));
    }

private:
    // One on events.sock, the next with a subscription to endings.
    static reader join(const audience_options& how, std::size_t number)
    {
        const bool plain = number % 2 == 0;
        reader made(plain ? how.events : how.control);
        made.client.send(
            plain ? std::string_view("tail\n")
                  : R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"events":["job.finished"]}})"
                    "\n");
        if (!plain)
            made.client.receive_line();
        return made;
    }

    // Has this reader been told of all ends now?
    bool hear(reader& by)
    {
        by.rest += by.client.receive();
        const double now = time_of_day();
        std::size_t begin = 0;
        for (auto end = by.rest.find('\n'); end != std::string::npos; end = by.rest.find('\n', begin))
        {
            take(by, std::string_view(by.rest).substr(begin, end - begin), now);
            begin = end + 1;
        }
        by.rest.erase(0, begin);
        return by.endings >= wanted_;
    }

    void take(reader& by, std::string_view line, double now)
    {
        const auto seq = line.find(seq_mark);
        if (seq == std::string_view::npos)
            return; // a heartbeat
        const auto number = std::strtoull(line.data() + seq + seq_mark.size(), nullptr, 10);
        if (number <= by.seq)
            throw bench_failure("event " + std::to_string(number) + " came after " + std::to_string(by.seq));
        by.seq = number;
        if (line.find(ending_mark) == std::string_view::npos)
            return;
        ++by.endings;
        const auto time = line.find(time_mark);
        if (time == std::string_view::npos)
            throw bench_failure("an event without a time");
        const double late = now - time_of_day(line.data() + time + time_mark.size());
        late_.push_back(late < -day / 2 ? late + day : late);
    }

    std::vector<reader> readers_;
    std::vector<reader> silent_;
    std::vector<pollfd> waits_;
    std::vector<double> late_; // seconds, of each ending at each reader
    std::size_t wanted_;
};

} // namespace

void watch_endings(const audience_options& how)
{
    audience all(how);
    std::puts("ready");
    std::fflush(stdout);
    all.read_all();
    all.print();
}

} // namespace jobwatch::bench
