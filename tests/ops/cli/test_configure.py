"""`gongkai configure` changes the given settings in place and no others."""

from pathlib import Path

from click.testing import CliRunner

from gongkai.ops.cli.configure import SETTING_QUESTIONS, configure

SAMPLE = Path(__file__).resolve().parents[3] / "deploy" / "gongkai.env"


def test_settings_are_changed_in_place_and_invalid_ones_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "gongkai.env"
    path.write_text(SAMPLE.read_text())
    path.chmod(0o640)
    good = ["--hosts", "www.a.gov.cn,b.a.gov.cn", "--mail-host", "mail.a.gov.cn", "--syslog", "10.0.0.30:514"]
    done = CliRunner().invoke(configure, ["--file", str(path), *good])
    assert done.exit_code == 0, done.output
    text = path.read_text()
    assert text.startswith(SAMPLE.read_text().split("GONGKAI_HOSTS", 1)[0])
    for line in ("GONGKAI_BASE_URL=https://www.a.gov.cn", "GONGKAI_MAIL_TLS=1", "GONGKAI_SYSLOG=10.0.0.30:514"):
        assert f"\n{line}\n" in text
    assert path.stat().st_mode & 0o777 == 0o640
    wrong = CliRunner().invoke(configure, ["--file", str(path), "--mail-from", "nobody", "--hosts", "c.gov.cn"])
    assert wrong.exit_code == 1
    assert path.read_text() == text


def test_empty_answer_keeps_a_setting_and_a_minus_clears_it(tmp_path: Path) -> None:
    path = tmp_path / "gongkai.env"
    path.write_text("GONGKAI_HOSTS=a.gov.cn\nGONGKAI_MAIL_HOST=m.gov.cn\nGONGKAI_MAIL_PASSWORD=secret\n")
    done = CliRunner().invoke(configure, ["--file", str(path)], input="\n" * len(SETTING_QUESTIONS))
    assert "没有改动" in done.output
    assert "secret" not in done.output
    assert len(SETTING_QUESTIONS) < 10
    CliRunner().invoke(configure, ["--file", str(path)], input="\n\n\n\n-\n" + "\n" * 4)
    CliRunner().invoke(configure, ["--file", str(path), "--mail-host", ""])
    assert path.read_text() == "GONGKAI_HOSTS=a.gov.cn\nGONGKAI_MAIL_HOST=\nGONGKAI_MAIL_PASSWORD=\n"
    refused = CliRunner().invoke(configure, ["--file", str(path), "--mail-password", "two words"])
    assert refused.exit_code == 1
    assert "two words" not in refused.output
