package dev.harrier.propeller.planted;

import dev.harrier.database.Database;

/** An engine that opens the database: never. */
record WrongArrow(Database database) {}
