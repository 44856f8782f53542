// Text from outside made fit for a line that people read.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_line_text = 512; // bytes of one piece of outside text in a line

// Control characters, line separators, characters that turn the direction of the text, and bytes that are not
// UTF-8 become \x0a and the like: the line stays one line, and a terminal shows it without obeying it. Longer
// texts than max_line_text are cut, which "..." says.
std::string one_line(std::string_view outside);

} // namespace jobwatch
