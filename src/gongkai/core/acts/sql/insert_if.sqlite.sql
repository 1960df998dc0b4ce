DROP TRIGGER IF EXISTS guard_{table}_insert
--;;
CREATE TRIGGER guard_{table}_insert BEFORE INSERT ON {table} WHEN NOT ({condition})
BEGIN SELECT RAISE(ABORT, '{table}: this row may not be inserted'); END
