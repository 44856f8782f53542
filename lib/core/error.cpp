#include "core/error.hpp"

#include <stdexcept>

namespace jobwatch
{

namespace
{

// Boost's error_category has no virtual destructor on purpose; categories are never deleted through it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

class category final : public boost::system::error_category
{
public:
    const char* name() const noexcept override { return "jobwatch"; }

    std::string message(int value) const override
    {
        switch (static_cast<errc>(value))
        {
        case errc::bad_job_id:
            return "not a job id: allowed are 1 to 128 of A-Z a-z 0-9 . _ ~ : - (but not . or ..)";
        case errc::bad_duration:
            return "not a duration: write a whole number and a unit, such as 200ms, 90s, 5m, 24h, 7d";
        case errc::bad_timestamp:
            return "not an RFC 3339 time";
        case errc::bad_json:
            return "not JSON, or nested too deeply";
        case errc::not_a_reading:
            return "the answer is not the document of the job that was asked for";
        case errc::not_a_token:
            return "the login answer holds no usable token";
        case errc::too_large:
            return "larger than the limit";
        case errc::state_locked:
            return "another jobwatchd owns the state directory";
        case errc::state_corrupt:
            return "the state database is damaged";
        case errc::state_newer:
            return "the state database was written by a newer version";
        case errc::state_not_writable:
            return "the state cannot be written";
        case errc::no_such_watch:
            return "no such watch";
        case errc::watch_ended:
            return "the watch has ended";
        case errc::certificate_refused:
            return "the certificate was refused";
        case errc::closed_early:
            return "the connection was closed before the answer was whole";
        case errc::timed_out:
            return "timed out";
        case errc::stopping:
            return "the daemon is stopping";
        }
        return "unknown error";
    }
};

#pragma GCC diagnostic pop

} // namespace

const boost::system::error_category& error_category()
{
    static const category instance;
    return instance;
}

void throw_exception_from_error(const failure& error, const boost::source_location&)
{
    throw std::runtime_error(error.text);
}

} // namespace jobwatch
