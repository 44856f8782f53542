// Where a command reads and writes, and how: for people on a terminal, or for programs.
#pragma once

#include "core/outcome.hpp"
#include "jobwatchctl/exit_code.hpp"

#include <iosfwd>
#include <string>
#include <string_view>

namespace jobwatch::ctl
{

struct console
{
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool colours = false;    // on `out`
    int out_descriptor = -1; // behind `out`; -1: there is none

    // Text for people on `err`, behind the program's name; one line.
    void complain(std::string_view text) const;
};

// Standard input, output and error. Colours only on a terminal, and not with NO_COLOR.
console standard_console();

// Everything is written? A reader that has gone (`| head`) is no mistake; a full disk is: `code` then becomes
// refused, and it is said.
exit_code finish(console& to, exit_code code);

// What came from outside, fit to be printed: one_line's form. Nothing becomes "-", so that columns stay.
std::string cell(std::string_view outside);

// JSON text (the daemon's, to the letter) for `out`: as it is, but on a terminal, what a terminal could obey is escaped,
// \u009b for instance, which means the same to a reader of JSON.
std::string shown_json(const console& to, std::string_view text);

// The word in the colour of its outcome; itself without colours.
std::string coloured(const console& to, std::string_view text, outcome ended);

} // namespace jobwatch::ctl
