#include "token_file.hpp"

#include "files.hpp"
#include "server.hpp"

#include <cstdio>

namespace jobwatch::simulator
{

token_file::token_file(boost::asio::io_context& context, appliance& of, std::filesystem::path file) :
    of_{of}, file_{std::filesystem::absolute(file)}, half_life_{context}
{
    write();
}

void token_file::stop()
{
    stopped_ = true;
    half_life_.cancel();
}

void token_file::obey()
{
    if (std::exchange(of_.token_file.due, false))
        write();
}

void token_file::write()
{
    const issued_token given = of_.tokens.log_in_for_once(of_.who.user, clock_of(of_, wall_clock()));
    write_file(file_, given.jwt + "\n", readable_by::owner);
    ++of_.token_file.written;
}

void token_file::await_half_life()
{
    if (stopped_)
        return;
    half_life_.expires_after(of_.tokens.token_life() / 2);
    half_life_.async_wait(
        [this](const boost::system::error_code& cancelled)
        {
            if (cancelled)
                return;
            try
            {
                if (of_.token_file.kept_fresh)
                    write();
            }
            catch (const std::exception& error)
            {
                std::fprintf(stderr, "cm-simulator: %s\n", error.what());
            }
            await_half_life();
        });
}

} // namespace jobwatch::simulator
