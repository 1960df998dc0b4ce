CREATE OR REPLACE FUNCTION guard_{table}_blanks(OLD {table}) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT {condition} $$
--;;
DROP TRIGGER IF EXISTS guard_{table}_update ON {table}
--;;
CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table}
FOR EACH ROW WHEN (NOT guard_{table}_blanks(OLD)) EXECUTE FUNCTION gongkai_refuse()
