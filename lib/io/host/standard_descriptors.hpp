// A program may be started with standard input, output or error closed (`>&-`). The next file or socket that it opens
// would then take the free number, and what is meant for a person would be written into it.
#pragma once

namespace jobwatch
{

// Takes the numbers 0 to 2 that are free, so that nothing else can. Reading and writing them goes on failing, as with a
// closed one. To be called first of all in main().
void hold_standard_descriptors();

} // namespace jobwatch
