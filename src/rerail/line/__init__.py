"""What exists: railways, stations, sections, crossings, clocks, rolling stock, trains as published."""
