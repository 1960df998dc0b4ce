DROP TRIGGER IF EXISTS guard_{table}_update
--;;
DROP TRIGGER IF EXISTS guard_{table}_delete
--;;
CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END
--;;
CREATE TRIGGER guard_{table}_delete BEFORE DELETE ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never deleted'); END
