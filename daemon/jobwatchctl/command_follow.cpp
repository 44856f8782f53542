#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/cursor_file.hpp"
#include "jobwatchctl/following.hpp"

namespace jobwatch::ctl
{

exit_code run_follow(const follow_options& options, const surroundings& around)
{
    std::optional<cursor> from;
    if (options.from != "tail" && options.from != "begin")
        from = parse_cursor(options.from); // the command line has checked it
    if (!options.cursor_file.empty())
    {
        const auto kept = load_cursor(options.cursor_file);
        if (!kept)
            return complain(around, {trouble_kind::refused, kept.error().text});
        if (*kept)
            from = *kept;
    }
    return following(options, options.from, from, around).run();
}

} // namespace jobwatch::ctl
