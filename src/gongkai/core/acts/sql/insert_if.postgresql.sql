CREATE OR REPLACE FUNCTION gongkai_refuse_insert() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%: this row may not be inserted', TG_TABLE_NAME; END $$
--;;
CREATE OR REPLACE FUNCTION guard_{table}_allows(NEW {table}) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT {condition} $$
--;;
DROP TRIGGER IF EXISTS guard_{table}_insert ON {table}
--;;
CREATE TRIGGER guard_{table}_insert BEFORE INSERT ON {table}
FOR EACH ROW WHEN (NOT guard_{table}_allows(NEW)) EXECUTE FUNCTION gongkai_refuse_insert()
