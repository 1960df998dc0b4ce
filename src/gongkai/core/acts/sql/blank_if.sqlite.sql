DROP TRIGGER IF EXISTS guard_{table}_update
--;;
CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} WHEN NOT ({condition})
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END
